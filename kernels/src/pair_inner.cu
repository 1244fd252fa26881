// Inner products of anchor and one row.
#include "gramian/pair/kernels.cuh"
#include "gramian/pair/score/inner.cuh"

GRAMIAN_PAIR_KERNELS(inner, 1, gramian::InnerScore)
