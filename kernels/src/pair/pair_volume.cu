// The volume of anchor and tuple, for 1 to 7 members.
#include "gramian/pair/kernels.cuh"
#include "gramian/pair/score/volume.cuh"

GRAMIAN_PAIR_KERNELS(volume, 1, gramian::VolumeScore<1>)
GRAMIAN_PAIR_KERNELS(volume, 2, gramian::VolumeScore<2>)
GRAMIAN_PAIR_KERNELS(volume, 3, gramian::VolumeScore<3>)
GRAMIAN_PAIR_KERNELS(volume, 4, gramian::VolumeScore<4>)
GRAMIAN_PAIR_KERNELS(volume, 5, gramian::VolumeScore<5>)
GRAMIAN_PAIR_KERNELS(volume, 6, gramian::VolumeScore<6>)
GRAMIAN_PAIR_KERNELS(volume, 7, gramian::VolumeScore<7>)
