// An inverse multiquadric kernel and the inner product of the points of two clouds.
// @images GRAMIAN_N = 1
#include "gramian/cloud/objective.cuh"
#include "gramian/cloud/point.cuh"
#include "gramian/pair/kernels.cuh"

GRAMIAN_PAIR_OBJECTIVE(imq, 1, clouds, gramian::Clouds,
                       gramian::PointScore<gramian::MultiquadricKernel>)
GRAMIAN_PAIR_FINISH(imq, 1, gramian::PointScore<gramian::MultiquadricKernel>)
