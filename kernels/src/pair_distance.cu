// Squared distances of two rows.
#include "gramian/pair/kernels.cuh"
#include "gramian/pair/score/distance.cuh"

GRAMIAN_PAIR_KERNELS(distance, 1, gramian::DistanceScore)
