// Inner products of anchor and one row.
// @images GRAMIAN_N = 1
#include "gramian/pair/kernels.cuh"
#include "gramian/pair/score/cosine.cuh"

GRAMIAN_PAIR_KERNELS(cosine, 1, gramian::CosineScore)
