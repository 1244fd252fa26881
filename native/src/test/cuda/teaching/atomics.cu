// Atomic operations of all usual types, in global and in shared memory. Every thread of the grid
// takes part; operations whose result depends on the order are used so that it does not show.
#include "instructions.cuh"

struct Sums {
  int add;
  unsigned sub;
  int least;
  int most;
  unsigned least_unsigned;
  unsigned most_unsigned;
  unsigned all;
  unsigned any;
  unsigned odd;
  unsigned inc;
  unsigned dec;
  float add_float;
  u64 add_long;
  u64 least_long;
  u64 most_long;
  i64 least_signed;
  i64 most_signed;
  u64 all_long;
  u64 any_long;
  u64 odd_long;
  double add_double;
};

__device__ void take_part(Sums* s, unsigned i) {
  atomicAdd(&s->add, static_cast<int>(i) - 5);
  atomicSub(&s->sub, i);
  atomicMin(&s->least, 7 - static_cast<int>(i));
  atomicMax(&s->most, static_cast<int>(i) - 7);
  atomicMin(&s->least_unsigned, i + 3);
  atomicMax(&s->most_unsigned, i + 3);
  atomicAnd(&s->all, ~(1u << (i % 31)));
  atomicOr(&s->any, 1u << (i % 13));
  atomicXor(&s->odd, 1u << (i % 32));
  atomicInc(&s->inc, 99u);
  atomicDec(&s->dec, 99u);
  atomicAdd(&s->add_float, 0.5f * i);
  atomicAdd(&s->add_long, u64{i} << 30);
  atomicMin(&s->least_long, u64{i} + (u64{1} << 40));
  atomicMax(&s->most_long, u64{i} + (u64{1} << 40));
  atomicMin(&s->least_signed, -(i64{i} << 33));
  atomicMax(&s->most_signed, (i64{i} << 33) - 1);
  atomicAnd(&s->all_long, ~(u64{1} << (i % 61)));
  atomicOr(&s->any_long, u64{1} << (i % 47));
  atomicXor(&s->odd_long, u64{1} << (i % 64));
  atomicAdd(&s->add_double, 0.25 * i);
}

KERNEL atomics_in_global_memory(Sums* sums) { take_part(sums, global_index()); }

// In shared memory; the sums of the block are written one behind the other.
KERNEL atomics_in_shared_memory(Sums* sums) {
  __shared__ Sums s;
  if (threadIdx.x == 0) {
    s = sums[blockIdx.x];
  }
  __syncthreads();
  take_part(&s, global_index());
  __syncthreads();
  if (threadIdx.x == 0) {
    sums[blockIdx.x] = s;
  }
}

// Through a pointer that may be either.
__device__ __noinline__ void add_anywhere(int* p, int v) { atomicAdd(p, v); }

KERNEL atomics_by_generic_pointers(int* out) {
  __shared__ int sum;
  if (threadIdx.x == 0) {
    sum = 0;
  }
  __syncthreads();
  add_anywhere(threadIdx.x % 2 == 0 ? &sum : out, 1);
  __syncthreads();
  if (threadIdx.x == 0) {
    atomicAdd(out + 1, sum);
  }
}

// What the operations give back: tickets, each once.
KERNEL tickets(unsigned* taken, unsigned* next) {
  const unsigned mine = atomicAdd(next, 1u);
  taken[mine] = global_index();
}

// An operation that there is no instruction for, by compare and swap: products modulo a prime.
KERNEL product_by_compare_and_swap(unsigned* product) {
  const unsigned factor = global_index() + 2;
  unsigned old = *const_cast<volatile unsigned*>(product);
  unsigned assumed;
  do {
    assumed = old;
    old = atomicCAS(product, assumed, static_cast<unsigned>(u64{assumed} * factor % 65521u));
  } while (old != assumed);
}

// The largest float, by its bits; sums of doubles the old way; 64-bit and 16-bit swaps.
KERNEL compare_and_swap_of_other_widths(u64* sum, u16* half) {
  u64 old = *const_cast<volatile u64*>(sum);
  u64 assumed;
  do {
    assumed = old;
    const double next = __longlong_as_double(static_cast<i64>(assumed)) + 1.5;
    old = atomicCAS(sum, assumed, static_cast<u64>(__double_as_longlong(next)));
  } while (old != assumed);
  u16 before = *const_cast<volatile u16*>(half);
  u16 expected;
  do {
    expected = before;
    before = atomicCAS(half, expected, static_cast<u16>(expected + 3));
  } while (before != expected);
}

// A lock around a section of one thread per warp.
KERNEL section_under_a_lock(unsigned* lock, volatile unsigned* count) {
  if (threadIdx.x % 32 == 0) {
    while (atomicCAS(lock, 0u, 1u) != 0u) {
      __nanosleep(20);
    }
    __threadfence();
    *count = *count + 1;
    __threadfence();
    atomicExch(lock, 0u);
  }
}

// Scopes of a block and of the system.
KERNEL atomics_of_scopes(unsigned* out) {
  atomicAdd_block(out + 1 + blockIdx.x, 1u);
  atomicAdd_system(out, 1u);
}

// Reductions of two and four numbers, and of half precision, by instruction.
KERNEL atomics_of_halves(unsigned* pairs, float* exchanged) {
  asm volatile("red.global.add.noftz.f16x2 [%0], %1;" ::"l"(pairs), "r"(0x3c003800u) : "memory");
  const float old = atomicExch(exchanged, 1.0f + threadIdx.x);
  exchanged[1 + global_index()] = old;
}
