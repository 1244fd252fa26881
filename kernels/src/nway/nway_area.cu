// The area of the triangle of the three rows of an index tuple.
// @images GRAMIAN_N = 3
#include "gramian/nway/kernels.cuh"
#include "gramian/nway/score/area.cuh"

GRAMIAN_NWAY_KERNELS(area, 3, gramian::nway::AreaScore)
