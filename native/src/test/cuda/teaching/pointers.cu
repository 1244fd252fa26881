// Calls by pointers to functions, and of virtual functions.
#include "instructions.cuh"

using Operation = int (*)(int, int);

__device__ int plus(int a, int b) { return a + b; }
__device__ int minus(int a, int b) { return a - b; }
__device__ int times(int a, int b) { return a * b; }
__device__ int larger(int a, int b) { return a > b ? a : b; }

__device__ Operation operations[4] = {plus, minus, times, larger};

// Lanes of a warp call different functions.
KERNEL calls_by_pointer(int* out, const int* in, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    out[i] = operations[i % 4](in[i], i);
  }
}

class Shape {
 public:
  __device__ virtual float area() const = 0;
  __device__ virtual ~Shape() {}
};

class Rectangle : public Shape {
 public:
  __device__ Rectangle(float a, float b) : a_(a), b_(b) {}
  __device__ float area() const override { return a_ * b_; }

 private:
  float a_;
  float b_;
};

class Disc : public Shape {
 public:
  __device__ explicit Disc(float r) : r_(r) {}
  __device__ float area() const override { return 3.0f * r_ * r_; }

 private:
  float r_;
};

__device__ __noinline__ float twice(const Shape* shape) { return 2.0f * shape->area(); }

KERNEL virtual_calls(float* out, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    const Rectangle rectangle(static_cast<float>(i), 2.0f);
    const Disc disc(static_cast<float>(i));
    const Shape* shape = i % 3 == 0 ? static_cast<const Shape*>(&disc) : &rectangle;
    out[i] = twice(shape);
  }
}
