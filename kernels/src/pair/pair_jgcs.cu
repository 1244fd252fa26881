// The joint generalised cosine of anchor and tuple.
// @images GRAMIAN_N = 1 2 3 4 5 6 7
#include "gramian/pair/kernels.cuh"
#include "gramian/pair/score/jgcs.cuh"

GRAMIAN_PAIR_KERNELS(jgcs, GRAMIAN_N, gramian::JgcsScore<GRAMIAN_N>)
