// The area of the triangle of anchor and two members.
// @images GRAMIAN_N = 2
#include "gramian/pair/kernels.cuh"
#include "gramian/pair/score/area.cuh"

GRAMIAN_PAIR_KERNELS(area, 2, gramian::AreaScore)
