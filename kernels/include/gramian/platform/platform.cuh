// What kernels may use of the machine: CUDA's own built-ins (threadIdx, __syncthreads,
// __shfl_xor_sync, __ballot_sync, atomicAdd, float4, fmaf, ...), and each PTX instruction that has
// none, once, as a function of namespace gramian. Include this header only; include no toolkit
// header.
//
// Rules:
//  - a file has kernels declared by GRAMIAN_KERNEL, each with one plain struct `p` as parameter;
//  - shared memory is declared by GRAMIAN_SHARED(type, name, count) or is dynamic_shared<T>();
//  - an access wider than 8 bytes goes through the functions of memory.cuh, as one vector;
//  - a barrier is reached by every thread of the block, and no thread leaves before the last one;
//    sync_threads is for whole warps, as many as it says;
//  - a warp operation is reached by exactly the lanes of its mask that the block has, and a shuffle
//    reads none but these;
//  - variables of the image are constants: nothing is initialised at run time.
#pragma once

#include "gramian/platform/async_copy.cuh"
#include "gramian/platform/barrier.cuh"
#include "gramian/platform/language.cuh"
#include "gramian/platform/math.cuh"
#include "gramian/platform/matrix.cuh"
#include "gramian/platform/memory.cuh"
#include "gramian/platform/storage.cuh"
