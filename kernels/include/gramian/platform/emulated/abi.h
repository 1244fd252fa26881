// The binary interface between an image (kernels compiled for the emulated device) and the device.
//
// An image exports `gramian_image` and one `gramian_kernel_NAME` per kernel. When the device loads
// it, it stores the address of its function table in the image, so that an image has no undefined
// symbols and never meets another CUDA driver in the same process.
#pragma once

#define GRAMIAN_EMULATED_ABI 3

struct GramianEmulatedKernel {
  const char* name;
  unsigned parameterBytes;
  unsigned parameterAlignment;
  unsigned maxThreads;
  void (*run)(const void* parameter);
};

struct GramianEmulatedIndex {
  unsigned x, y, z;
};

struct GramianEmulatedBits128 {
  unsigned long long low, high;
};

// A lane's fragments, passed by value: memory whose address leaves the kernel is instrumented.
typedef unsigned GramianEmulatedWords2 __attribute__((vector_size(8)));
typedef unsigned GramianEmulatedWords4 __attribute__((vector_size(16)));
typedef float GramianEmulatedFloats4 __attribute__((vector_size(16)));

enum GramianEmulatedBarrier : unsigned {
  kGramianBarrierPlain,
  kGramianBarrierCount,
  kGramianBarrierAnd,
  kGramianBarrierOr,
};

enum GramianEmulatedShuffle : unsigned {
  kGramianShuffleIdx,
  kGramianShuffleUp,
  kGramianShuffleDown,
  kGramianShuffleXor,
};

enum GramianEmulatedVote : unsigned {
  kGramianVoteAll,
  kGramianVoteAny,
  kGramianVoteBallot,
};

enum GramianEmulatedAtomic : unsigned {
  kGramianAtomicAdd,
  kGramianAtomicMax,
  kGramianAtomicMin,
  kGramianAtomicExchange,
  kGramianAtomicCompareSwap,
};

// The device's functions: result, name, parameters, arguments.
#define GRAMIAN_EMULATED_FUNCTIONS(X)                                                              \
  X(GramianEmulatedIndex, threadIdx, (), ())                                                       \
  X(GramianEmulatedIndex, blockIdx, (), ())                                                        \
  X(GramianEmulatedIndex, blockDim, (), ())                                                        \
  X(GramianEmulatedIndex, gridDim, (), ())                                                         \
  X(void*, dynamicShared, (), ())                                                                  \
  X(void*, sharedArray, (const void* key, unsigned long bytes), (key, bytes))                      \
  X(unsigned long long, load8, (const void* p), (p))                                               \
  X(GramianEmulatedBits128, load16, (const void* p), (p))                                          \
  X(void, store8, (void* p, unsigned long long v), (p, v))                                         \
  X(void, store16, (void* p, GramianEmulatedBits128 v), (p, v))                                    \
  X(void, copyAsync, (void* to, const void* from, unsigned bytes, unsigned valid),                 \
    (to, from, bytes, valid))                                                                      \
  X(void, copyAsyncCommit, (), ())                                                                 \
  X(void, copyAsyncWait, (unsigned pending), (pending))                                            \
  X(unsigned, barrier, (unsigned kind, unsigned predicate), (kind, predicate))                     \
  X(void, namedBarrier, (unsigned barrier, unsigned threads), (barrier, threads))                  \
  X(void, syncWarp, (unsigned mask), (mask))                                                       \
  X(unsigned long long, shuffle,                                                                   \
    (unsigned kind, unsigned mask, unsigned long long value, unsigned lane, unsigned width),       \
    (kind, mask, value, lane, width))                                                              \
  X(unsigned, vote, (unsigned kind, unsigned mask, unsigned predicate), (kind, mask, predicate))   \
  X(GramianEmulatedFloats4, mma,                                                                   \
    (GramianEmulatedWords4 a, GramianEmulatedWords2 b, GramianEmulatedFloats4 c, unsigned isBf16), \
    (a, b, c, isBf16))                                                                             \
  X(GramianEmulatedWords4, ldmatrix, (const void* row, unsigned matrices, unsigned transposed),    \
    (row, matrices, transposed))                                                                   \
  X(unsigned long long, atomic,                                                                    \
    (unsigned op, void* p, unsigned bytes, unsigned long long value, unsigned long long compare),  \
    (op, p, bytes, value, compare))                                                                \
  X(void, trap, (const char* message), (message))                                                  \
  X(void, read1, (const void* p), (p))                                                             \
  X(void, read2, (const void* p), (p))                                                             \
  X(void, read4, (const void* p), (p))                                                             \
  X(void, read8, (const void* p), (p))                                                             \
  X(void, read16, (const void* p), (p))                                                            \
  X(void, write1, (void* p), (p))                                                                  \
  X(void, write2, (void* p), (p))                                                                  \
  X(void, write4, (void* p), (p))                                                                  \
  X(void, write8, (void* p), (p))                                                                  \
  X(void, write16, (void* p), (p))                                                                 \
  X(void, readRange, (const void* p, unsigned long bytes), (p, bytes))                             \
  X(void, writeRange, (void* p, unsigned long bytes), (p, bytes))

struct GramianEmulatedFunctions {
#define GRAMIAN_EMULATED_FIELD(result, name, parameters, arguments) result(*name) parameters;
  GRAMIAN_EMULATED_FUNCTIONS(GRAMIAN_EMULATED_FIELD)
#undef GRAMIAN_EMULATED_FIELD
};

struct GramianEmulatedImage {
  unsigned abi;
  unsigned arch;
  const GramianEmulatedFunctions** functions;
};
