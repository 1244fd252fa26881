// Functions and conversions of numbers, one result each for many arguments. The test knows the
// operations by their number.
#include "instructions.cuh"

KERNEL functions_of_float(float* out, const float* in, const float* second, int n, int which) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) {
    return;
  }
  const float x = in[i];
  const float y = second[i];
  float r = 0.0f;
  switch (which) {
    case 0:
      r = sinf(x);
      break;
    case 1:
      r = cosf(x);
      break;
    case 2:
      r = tanf(x);
      break;
    case 3:
      r = expf(x);
      break;
    case 4:
      r = logf(fabsf(x));
      break;
    case 5:
      r = sqrtf(fabsf(x));
      break;
    case 6:
      r = cbrtf(x);
      break;
    case 7:
      r = tanhf(x);
      break;
    case 8:
      r = atanf(x);
      break;
    case 9:
      r = atan2f(x, y);
      break;
    case 10:
      r = powf(fabsf(x), y);
      break;
    case 11:
      r = fmodf(x, y);
      break;
    case 12:
      r = hypotf(x, y);
      break;
    case 13:
      r = x / y;
      break;
    case 14:
      r = log1pf(fabsf(x));
      break;
    case 15:
      r = expm1f(x);
      break;
    case 16:
      r = exp2f(x);
      break;
    case 17:
      r = log2f(fabsf(x));
      break;
    case 18:
      r = floorf(x) + 4.0f * ceilf(x) + 16.0f * truncf(x) + 64.0f * rintf(x);
      break;
    case 19:
      r = fmaf(x, y, 1.0f);
      break;
    case 20:
      r = copysignf(x, y);
      break;
    case 21:
      r = rsqrtf(fabsf(x));
      break;
    case 22:
      r = sinhf(x);
      break;
    case 23:
      r = asinf(x / (1.0f + fabsf(x)));
      break;
    case 24:
      r = fminf(x, y) - fmaxf(x, y);
      break;
    case 25:
      r = ldexpf(x, static_cast<int>(y));
      break;
    case 26:
      r = __frcp_rn(x);
      break;
    case 27:
      r = __fdividef(x, y);
      break;
    case 28:
      r = __sinf(x);
      break;
    case 29:
      r = __log2f(fabsf(x));
      break;
  }
  out[i] = r;
}

// Rounding of the four basic operations in all four directions.
KERNEL directions_of_rounding(float* out, const float* in, const float* second, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    const float x = in[i];
    const float y = second[i];
    float* to = out + 16 * i;
    to[0] = __fadd_rn(x, y);
    to[1] = __fadd_rz(x, y);
    to[2] = __fadd_ru(x, y);
    to[3] = __fadd_rd(x, y);
    to[4] = __fmul_rn(x, y);
    to[5] = __fmul_rz(x, y);
    to[6] = __fmul_ru(x, y);
    to[7] = __fmul_rd(x, y);
    to[8] = __fdiv_rn(x, y);
    to[9] = __fdiv_rz(x, y);
    to[10] = __fdiv_ru(x, y);
    to[11] = __fdiv_rd(x, y);
    to[12] = __fsqrt_rn(fabsf(x));
    to[13] = __fsqrt_rz(fabsf(x));
    to[14] = __fsqrt_ru(fabsf(x));
    to[15] = __fsqrt_rd(fabsf(x));
  }
}

KERNEL functions_of_double(double* out, const double* in, const double* second, int n, int which) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) {
    return;
  }
  const double x = in[i];
  const double y = second[i];
  double r = 0.0;
  switch (which) {
    case 0:
      r = sin(x);
      break;
    case 1:
      r = cos(x);
      break;
    case 2:
      r = exp(x);
      break;
    case 3:
      r = log(fabs(x));
      break;
    case 4:
      r = sqrt(fabs(x));
      break;
    case 5:
      r = x / y;
      break;
    case 6:
      r = pow(fabs(x), y);
      break;
    case 7:
      r = fma(x, y, -1.0);
      break;
    case 8:
      r = tanh(x);
      break;
    case 9:
      r = floor(x) + 4.0 * ceil(x) + 16.0 * trunc(x) + 64.0 * rint(x);
      break;
    case 10:
      r = __dadd_ru(x, y) - __dadd_rd(x, y);
      break;
    case 11:
      r = rsqrt(fabs(x));
      break;
    case 12:
      r = fmod(x, y);
      break;
    case 13:
      r = erf(x);
      break;
  }
  out[i] = r;
}

// Integer operations, 32 bits wide.
KERNEL integers(int* out, const int* in, const int* second, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) {
    return;
  }
  const int x = in[i];
  const int y = second[i];
  const unsigned u = static_cast<unsigned>(x);
  const unsigned v = static_cast<unsigned>(y);
  int* to = out + 24 * i;
  to[0] = y == 0 ? 0 : x / (y == -1 ? 2 : y);
  to[1] = y == 0 ? 0 : x % (y == -1 ? 2 : y);
  to[2] = v == 0 ? 0 : static_cast<int>(u / v);
  to[3] = v == 0 ? 0 : static_cast<int>(u % v);
  to[4] = __mulhi(x, y);
  to[5] = static_cast<int>(__umulhi(u, v));
  to[6] = __clz(x);
  to[7] = __popc(u);
  to[8] = static_cast<int>(__brev(u));
  to[9] = __ffs(x);
  to[10] = static_cast<int>(__byte_perm(u, v, 0x3715));
  to[11] = static_cast<int>(__funnelshift_l(u, v, 11));
  to[12] = static_cast<int>(__funnelshift_rc(u, v, v & 63));
  to[13] = __mul24(x, y);
  to[14] = static_cast<int>(__sad(x, y, 5u));
  to[15] = __hadd(x, y);
  to[16] = static_cast<int>(__vabsdiffu4(u, v));
  to[17] = __dp4a(x, y, 3);
  to[18] = min(x, y) ^ max(u, v);
  to[19] = abs(x) + (x >> (y & 31)) + static_cast<int>(u >> (v & 31)) + (x << (y & 31));
  asm("bfe.s32 %0, %1, 5, 9;" : "=r"(to[20]) : "r"(x));
  asm("bfi.b32 %0, %1, %2, 7, 12;" : "=r"(to[21]) : "r"(x), "r"(y));
  asm("lop3.b32 %0, %1, %2, %3, 0x6a;" : "=r"(to[22]) : "r"(x), "r"(y), "r"(x + y));
  asm("shf.r.wrap.b32 %0, %1, %2, %3;" : "=r"(to[23]) : "r"(x), "r"(y), "r"(x));
}

KERNEL long_integers(i64* out, const i64* in, const i64* second, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) {
    return;
  }
  const i64 x = in[i];
  const i64 y = second[i];
  const u64 u = static_cast<u64>(x);
  const u64 v = static_cast<u64>(y);
  i64* to = out + 12 * i;
  to[0] = y == 0 ? 0 : x / (y == -1 ? 2 : y);
  to[1] = y == 0 ? 0 : x % (y == -1 ? 2 : y);
  to[2] = v == 0 ? 0 : static_cast<i64>(u / v);
  to[3] = v == 0 ? 0 : static_cast<i64>(u % v);
  to[4] = __mul64hi(x, y);
  to[5] = static_cast<i64>(__umul64hi(u, v));
  to[6] = __clzll(x);
  to[7] = __popcll(u);
  to[8] = static_cast<i64>(__brevll(u));
  to[9] = x * y + (x >> (y & 63)) - static_cast<i64>(u >> (v & 63));
  to[10] = min(x, y) + (x < y ? 1 : 2);
  // A carry through two words.
  unsigned low;
  unsigned high;
  asm("{ add.cc.u32 %0, %2, %4; addc.u32 %1, %3, %5; }"
      : "=r"(low), "=r"(high)
      : "r"(static_cast<unsigned>(u)), "r"(static_cast<unsigned>(u >> 32)),
        "r"(static_cast<unsigned>(v)), "r"(static_cast<unsigned>(v >> 32)));
  to[11] = static_cast<i64>(u64{high} << 32 | low);
}

// Conversions with their rounding and saturation.
KERNEL conversions(int* out, const float* in, const double* doubles, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) {
    return;
  }
  const float x = in[i];
  const double d = doubles[i];
  int* to = out + 16 * i;
  to[0] = static_cast<int>(x);
  to[1] = static_cast<int>(static_cast<unsigned>(x));
  to[2] = __float2int_rn(x);
  to[3] = __float2int_ru(x);
  to[4] = __float2int_rd(x);
  to[5] = static_cast<int>(__float2ll_rz(x) >> 7);
  to[6] = static_cast<int>(d);
  to[7] = __float_as_int(static_cast<float>(d));
  to[8] = __float_as_int(__double2float_rz(d));
  to[9] = __float_as_int(__int2float_rd(to[2]));
  to[10] = __float_as_int(static_cast<float>(static_cast<u64>(to[2]) * 1234567891ull));
  to[11] = __double2hiint(d);
  to[12] = static_cast<signed char>(to[0]) + static_cast<short>(to[0]);
  u16 half;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(half) : "f"(x));
  to[13] = half;
  float back;
  asm("cvt.f32.f16 %0, %1;" : "=f"(back) : "h"(half));
  to[14] = __float_as_int(back);
  to[15] = float_to_bf16(x);
}

// Arithmetic of packed halves; two results a word.
KERNEL halves(unsigned* out, const unsigned* in, const unsigned* second, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    unsigned* to = out + 6 * i;
    asm("add.f16x2 %0, %1, %2;" : "=r"(to[0]) : "r"(in[i]), "r"(second[i]));
    asm("mul.f16x2 %0, %1, %2;" : "=r"(to[1]) : "r"(in[i]), "r"(second[i]));
    asm("fma.rn.f16x2 %0, %1, %2, %2;" : "=r"(to[2]) : "r"(in[i]), "r"(second[i]));
    asm("max.f16x2 %0, %1, %2;" : "=r"(to[3]) : "r"(in[i]), "r"(second[i]));
    asm("neg.f16x2 %0, %1;" : "=r"(to[4]) : "r"(in[i]));
    asm("{ .reg .b16 a, b, c, d; mov.b32 {a, b}, %1; mov.b32 {c, d}, %2; sub.f16 a, a, d; "
        "mul.f16 b, b, c; mov.b32 %0, {b, a}; }"
        : "=r"(to[5])
        : "r"(in[i]), "r"(second[i]));
  }
}
