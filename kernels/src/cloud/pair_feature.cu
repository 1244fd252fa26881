// Random features of the points of clouds.
#include "gramian/cloud/feature.cuh"
#include "gramian/cloud/objective.cuh"
#include "gramian/pair/kernels.cuh"

GRAMIAN_PAIR_OBJECTIVE(feature, 1, clouds, gramian::Clouds, gramian::FeatureScore)
