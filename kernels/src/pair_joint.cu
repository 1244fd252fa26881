// The joint generalised cosine of anchor and tuple, for 1 to 7 members.
#include "gramian/pair/kernels.cuh"
#include "gramian/pair/score/joint.cuh"

GRAMIAN_PAIR_KERNELS(joint, 1, gramian::JointScore<1>)
GRAMIAN_PAIR_KERNELS(joint, 2, gramian::JointScore<2>)
GRAMIAN_PAIR_KERNELS(joint, 3, gramian::JointScore<3>)
GRAMIAN_PAIR_KERNELS(joint, 4, gramian::JointScore<4>)
GRAMIAN_PAIR_KERNELS(joint, 5, gramian::JointScore<5>)
GRAMIAN_PAIR_KERNELS(joint, 6, gramian::JointScore<6>)
GRAMIAN_PAIR_KERNELS(joint, 7, gramian::JointScore<7>)
