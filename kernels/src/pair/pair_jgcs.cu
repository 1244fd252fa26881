// The joint generalised cosine of anchor and tuple, for 1 to 7 members.
#include "gramian/pair/kernels.cuh"
#include "gramian/pair/score/jgcs.cuh"

GRAMIAN_PAIR_KERNELS(jgcs, 1, gramian::JgcsScore<1>)
GRAMIAN_PAIR_KERNELS(jgcs, 2, gramian::JgcsScore<2>)
GRAMIAN_PAIR_KERNELS(jgcs, 3, gramian::JgcsScore<3>)
GRAMIAN_PAIR_KERNELS(jgcs, 4, gramian::JgcsScore<4>)
GRAMIAN_PAIR_KERNELS(jgcs, 5, gramian::JgcsScore<5>)
GRAMIAN_PAIR_KERNELS(jgcs, 6, gramian::JgcsScore<6>)
GRAMIAN_PAIR_KERNELS(jgcs, 7, gramian::JgcsScore<7>)
