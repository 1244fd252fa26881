// Waves of random frequencies at the points of clouds.
#include "gramian/pair/kernels.cuh"
#include "gramian/pair/objective/clouds.cuh"
#include "gramian/pair/score/wave.cuh"

GRAMIAN_PAIR_OBJECTIVE(wave, 1, clouds, gramian::Clouds, gramian::WaveScore)
