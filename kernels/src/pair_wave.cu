// Waves of random frequencies at the points of clouds.
#include "gramian/pair/cloud_kernels.cuh"
#include "gramian/pair/score/wave.cuh"

GRAMIAN_CLOUD_KERNELS(wave, gramian::WaveScore)
