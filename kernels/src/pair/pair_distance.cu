// Squared distances of two rows.
// @images GRAMIAN_N = 1
#include "gramian/pair/kernels.cuh"
#include "gramian/pair/objective/mixture.cuh"
#include "gramian/pair/objective/uniformity.cuh"
#include "gramian/pair/score/distance.cuh"
#include "gramian/pair/score/mirrored.cuh"

GRAMIAN_PAIR_OBJECTIVE(distance, 1, softmax, gramian::Softmax, gramian::DistanceScore)
GRAMIAN_PAIR_OBJECTIVE(distance, 1, mixture, gramian::Mixture, gramian::DistanceScore)
GRAMIAN_PAIR_OBJECTIVE(distance, 1, uniformity, gramian::Uniformity,
                       gramian::Mirrored<gramian::DistanceScore>)
GRAMIAN_PAIR_TUPLES(distance, 1, gramian::DistanceScore)
