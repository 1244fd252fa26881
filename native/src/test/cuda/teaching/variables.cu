// Variables of a module: constant, global, shared; arrays of other types; pointers among them.
#include "instructions.cuh"

__constant__ float kFilter[5] = {0.0625f, 0.25f, 0.375f, 0.25f, 0.0625f};
__constant__ int kSettings[4];  // written by the test

struct Record {
  u8 kind;
  short count;
  double value;
  const char* name;
};

__device__ const char kHello[] = "hello";
__device__ int counter = 5;
__device__ int table[3][4] = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}};
__device__ float* where = nullptr;
__device__ int* row_of_table = &table[1][2];
__constant__ Record kRecords[2] = {{1, -2, 3.5, nullptr}, {4, 5, -6.25, kHello}};

KERNEL filter(float* out, const float* in, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    float sum = 0.0f;
    for (int j = -2; j <= 2; ++j) {
      const int at = min(max(i + j, 0), n - 1);
      sum += kFilter[j + 2] * in[at];
    }
    out[i] = sum;
  }
}

// Every lane another entry of constant memory.
KERNEL settings(int* out) { out[threadIdx.x] = kSettings[threadIdx.x % 4] * 10; }

KERNEL records(double* out) {
  const Record& r = kRecords[threadIdx.x % 2];
  out[4 * threadIdx.x] = r.kind;
  out[4 * threadIdx.x + 1] = r.count;
  out[4 * threadIdx.x + 2] = r.value;
  out[4 * threadIdx.x + 3] = r.name == nullptr ? 0 : r.name[1];
}

// The counter keeps its value from launch to launch.
KERNEL count_launches(int* out) {
  if (threadIdx.x == 0) {
    *out = counter++;
  }
}

KERNEL read_table(int* out) {
  out[threadIdx.x] = table[threadIdx.x / 4][threadIdx.x % 4] + row_of_table[threadIdx.x % 3];
}

KERNEL keep_pointer(float* p) { where = p; }

KERNEL use_pointer() { where[threadIdx.x] = static_cast<float>(threadIdx.x); }

// Types that are smaller and larger than a word.
KERNEL kinds_of_memory(u8* bytes, short* shorts, i64* longs, double2* pairs, int n) {
  __shared__ u8 small[256];
  __shared__ short medium[256];
  __shared__ double2 large[128];
  const int t = threadIdx.x;
  small[t] = static_cast<u8>(3 * t);
  medium[t] = static_cast<short>(-7 * t);
  if (t < 128) {
    large[t] = make_double2(t, -t);
  }
  __syncthreads();
  const int other = 255 - t;
  bytes[t] = small[other] + 1;
  shorts[t] = medium[other] + 1;
  longs[t] = static_cast<signed char>(small[other]) * (i64{1} << 33);
  if (t < 128) {
    pairs[t] = large[127 - t];
  }
}

// Loads and stores with every usual hint on caching.
KERNEL hints(float* out, const float* in) {
  const int i = global_index();
  const float a = __ldg(in + i);
  const float b = __ldcg(in + i);
  const float c = __ldcs(in + i);
  const float d = __ldca(in + i);
  const float e = *const_cast<const volatile float*>(in + i);
  asm volatile("prefetch.global.L2 [%0];" ::"l"(in + i));
  const float4 v = __ldcs(reinterpret_cast<const float4*>(in) + i / 4);
  __stcs(out + 4 * i, a + b);
  __stcg(out + 4 * i + 1, c + d);
  __stwt(out + 4 * i + 2, e);
  __stwb(out + 4 * i + 3, v.x + v.w);
}

// A table that is filled and read with indices known at run time only: local memory.
KERNEL digits(int* out, const unsigned* in) {
  int counts[10];
  for (int& c : counts) {
    c = 0;
  }
  for (unsigned x = in [global_index()]; x != 0; x /= 10) {
    ++counts[x % 10];
  }
  int most = 0;
  for (int d = 1; d < 10; ++d) {
    if (counts[d] > counts[most]) {
      most = d;
    }
  }
  out[global_index()] = most;
}
