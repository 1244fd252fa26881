// A Gaussian kernel and the inner product of the points of two clouds.
#include "gramian/pair/kernels.cuh"
#include "gramian/pair/objective/clouds.cuh"
#include "gramian/pair/score/point.cuh"

GRAMIAN_PAIR_OBJECTIVE(gaussian, 1, clouds, gramian::Clouds,
                       gramian::PointScore<gramian::GaussianKernel>)
GRAMIAN_PAIR_FINISH(gaussian, 1, gramian::PointScore<gramian::GaussianKernel>)
