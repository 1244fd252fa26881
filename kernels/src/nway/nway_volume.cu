// The negative volume of all rows of an index tuple.
// @images GRAMIAN_N = 3 4 5
#include "gramian/nway/kernels.cuh"
#include "gramian/nway/score/volume.cuh"

GRAMIAN_NWAY_KERNELS(volume, GRAMIAN_N, gramian::nway::VolumeScore<GRAMIAN_N>)
