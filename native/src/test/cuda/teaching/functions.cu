// Calls: of functions that are not inlined, with structures, of the printing kind.
#include "instructions.cuh"

struct Complex {
  double re;
  double im;
};

__device__ __noinline__ Complex multiply(Complex a, Complex b) {
  return Complex{a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

// Roots of unity by repeated multiplication.
KERNEL powers(Complex* out, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    Complex x = {1.0, 0.0};
    const Complex step = {0.8, 0.6};
    for (int j = 0; j < i; ++j) {
      x = multiply(x, step);
    }
    out[i] = x;
  }
}

struct Matrix3 {
  float at[3][3];
};

__device__ __noinline__ Matrix3 square(const Matrix3& m) {
  Matrix3 r;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      r.at[i][j] = 0.0f;
      for (int k = 0; k < 3; ++k) {
        r.at[i][j] += m.at[i][k] * m.at[k][j];
      }
    }
  }
  return r;
}

KERNEL squares_of_matrices(Matrix3* out, const Matrix3* in, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    out[i] = square(square(in[i]));
  }
}

__device__ __noinline__ void swap(int& a, int& b) {
  const int kept = a;
  a = b;
  b = kept;
}

// Sorts eight numbers that lie in local memory.
KERNEL sort_locally(int* out, const int* in) {
  int values[8];
  for (int i = 0; i < 8; ++i) {
    values[i] = in[global_index() * 8 + i];
  }
  for (int i = 1; i < 8; ++i) {
    for (int j = i; j > 0 && values[j] < values[j - 1]; --j) {
      swap(values[j], values[j - 1]);
    }
  }
  for (int i = 0; i < 8; ++i) {
    out[global_index() * 8 + i] = values[i];
  }
}

// ---- templates and large parameters

template <int N>
struct Polynomial {
  float coefficients[N];

  __device__ float operator()(float x) const {
    float y = 0.0f;
#pragma unroll
    for (int i = N - 1; i >= 0; --i) {
      y = y * x + coefficients[i];
    }
    return y;
  }
};

KERNEL evaluate(float* out, const float* in, int n, Polynomial<20> p, Polynomial<3> q, int order) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    // An index that is known at run time only, into a parameter.
    out[i] = p(in[i]) + q(in[i]) + p.coefficients[order];
  }
}

// ---- printing and assertions

KERNEL prints(int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    printf("thread %d of %s: %5.2f, %llu, %c%%\n", i, "the grid", 0.25 * i, 1ull << 40, 'a' + i);
  }
}

KERNEL asserts_what_holds(int* out, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  assert(n > 0);
  assert(i >= 0 && "indices are not negative");
  out[i] = i;
}
