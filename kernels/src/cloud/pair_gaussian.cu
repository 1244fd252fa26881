// A Gaussian kernel and the inner product of the points of two clouds.
// @images GRAMIAN_N = 1
#include "gramian/cloud/objective.cuh"
#include "gramian/cloud/point.cuh"
#include "gramian/pair/kernels.cuh"

GRAMIAN_PAIR_OBJECTIVE(gaussian, 1, clouds, gramian::Clouds,
                       gramian::PointScore<gramian::GaussianKernel>)
GRAMIAN_PAIR_FINISH(gaussian, 1, gramian::PointScore<gramian::GaussianKernel>)
