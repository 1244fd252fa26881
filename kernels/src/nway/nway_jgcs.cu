// The joint generalised cosine of all rows of an index tuple, and its square.
// @images GRAMIAN_N = 3 4 5
#include "gramian/nway/kernels.cuh"
#include "gramian/nway/score/jgcs.cuh"

GRAMIAN_NWAY_KERNELS(jgcs, GRAMIAN_N, gramian::nway::JgcsScore<GRAMIAN_N, false>)
GRAMIAN_NWAY_KERNELS(jgcs_squared, GRAMIAN_N, gramian::nway::JgcsScore<GRAMIAN_N, true>)
