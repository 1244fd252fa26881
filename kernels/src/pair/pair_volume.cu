// The volume of anchor and tuple.
// @images GRAMIAN_N = 1 2 3 4 5 6 7
#include "gramian/pair/kernels.cuh"
#include "gramian/pair/score/volume.cuh"

GRAMIAN_PAIR_KERNELS(volume, GRAMIAN_N, gramian::VolumeScore<GRAMIAN_N>)
