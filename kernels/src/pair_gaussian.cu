// A Gaussian kernel and the inner product of the points of two clouds.
#include "gramian/pair/cloud_kernels.cuh"
#include "gramian/pair/score/point.cuh"
#include "gramian/pair/tuples.cuh"

GRAMIAN_CLOUD_KERNELS(gaussian, gramian::PointScore<gramian::GaussianKernel>)

GRAMIAN_KERNEL(gaussian_n1_finish, gramian::FinishTuplesParams, gramian::kRowThreads) {
  gramian::finish_tuples<gramian::PointScore<gramian::GaussianKernel>>(p);
}
