// The largest eigenvalue of anchor and tuple.
// @images GRAMIAN_N = 1 2 3 4 5 6 7
#include "gramian/pair/kernels.cuh"
#include "gramian/pair/score/eigen.cuh"

GRAMIAN_PAIR_KERNELS(eigen, GRAMIAN_N, gramian::EigenScore<GRAMIAN_N>)
