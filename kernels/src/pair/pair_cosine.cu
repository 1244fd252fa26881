// Inner products of anchor and one row.
#include "gramian/pair/kernels.cuh"
#include "gramian/pair/score/cosine.cuh"

GRAMIAN_PAIR_KERNELS(cosine, 1, gramian::CosineScore)
