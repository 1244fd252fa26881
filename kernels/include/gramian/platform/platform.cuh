// What kernels may use of the machine: the CUDA language, and each PTX instruction once, beside its
// twin for the emulated device. Include this header only; include no toolkit header.
//
// On CUDA (NVRTC) kernels use CUDA's own built-ins: threadIdx, __syncthreads, __shfl_xor_sync,
// __ballot_sync, atomicAdd, float4, fmaf, ... For the emulated device, emulated/builtins.cuh
// defines the same names, so that kernels read as plain CUDA. What is not a built-in (asynchronous
// copies, tensor core products, 16-bit storage types, ...) is a function of namespace gramian.
//
// Rules that hold on both:
//  - a file has kernels declared by GRAMIAN_KERNEL, each with one plain struct `p` as parameter;
//  - shared memory is declared by GRAMIAN_SHARED(type, name, count) or is dynamic_shared<T>();
//  - an access wider than 8 bytes goes through the functions of memory.cuh, as one vector;
//  - a barrier is reached by every thread of the block, and no thread leaves before the last one;
//    sync_threads is for whole warps, as many as it says;
//  - a warp operation is reached by exactly the lanes of its mask that the block has, and a shuffle
//    reads none but these;
//  - variables of the image are constants: nothing is initialised at run time.
//
// An emulated image is one translation unit, compiled and linked in two steps:
//   g++ -std=c++20 -O2 -march=x86-64-v3 -fPIC -fvisibility=hidden -fno-gnu-unique
//       -ffp-contract=off -fno-tree-vectorize -fno-tree-slp-vectorize -fno-store-merging
//       -fno-tree-loop-distribute-patterns -fno-exceptions -fno-rtti -fno-strict-aliasing
//       -fsanitize=thread -DGRAMIAN_EMULATED -Ikernels/include -c -x c++ FILE.cu -o FILE.o
//   g++ -shared -Wl,-z,defs,--as-needed FILE.o -lm -o FILE.so
// (-fsanitize=thread only when compiling: the device supplies what the instrumentation calls.)
// -DGRAMIAN_ARCH=900 makes it an image for compute capability 9.0; the default is 800. The device
// refuses an image whose GRAMIAN_ARCH is above its own compute capability.
#pragma once

#include "gramian/platform/language.cuh"

#ifdef GRAMIAN_EMULATED
#include "gramian/platform/emulated/builtins.cuh"
#endif

#include "gramian/platform/async_copy.cuh"
#include "gramian/platform/barrier.cuh"
#include "gramian/platform/math.cuh"
#include "gramian/platform/matrix.cuh"
#include "gramian/platform/memory.cuh"
#include "gramian/platform/storage.cuh"
