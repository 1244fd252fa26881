// Random features of the points of clouds.
// @images GRAMIAN_N = 1
#include "gramian/cloud/feature.cuh"
#include "gramian/cloud/objective.cuh"
#include "gramian/pair/kernels.cuh"

GRAMIAN_PAIR_OBJECTIVE(feature, 1, clouds, gramian::Clouds, gramian::FeatureScore)
