// What the ops over point clouds do beside the passes over pairs of points.
#include "gramian/cloud/objective.cuh"
#include "gramian/cloud/pointcloud_params.cuh"
#include "gramian/cloud/quarter_turns.cuh"
#include "gramian/gemm/rows.cuh"

namespace gramian::pointcloud {

// A warp has a row.
__device__ __forceinline__ void copy(const CopyParams& p) {
  const i64 row = warp_row();
  if (row >= p.count) {
    return;
  }
  const i64 cloud = row / p.size;
  const i64 index = row - cloud * p.size;
  const i64 from = cloud * p.fromCloudStride + index * p.fromRowStride;
  const i64 to = cloud * p.toCloudStride + index * p.toRowStride;
#pragma unroll 2
  for (u32 k = threadIdx.x % kWarpSize; k < p.depth; k += kWarpSize) {
    store_element(p.to, p.toType, to + k, load_element(p.from, p.fromType, from + k),
                  p.accumulate != 0);
  }
}

__device__ __forceinline__ void feature_factors(const FeatureFactorsParams& p) {
  const u32 feature = blockIdx.x * kRowThreads + threadIdx.x;
  if (feature < p.count) {
    p.factors[2 * feature] = load_element(p.phases, p.type, feature) * kQuartersPerRadian;
    p.factors[2 * feature + 1] = p.frequencies.units[feature];
  }
}

__device__ __forceinline__ void point_factors(const PointFactorsParams& p) {
  const i64 row = warp_row();
  if (row >= p.count) {
    return;
  }
  const u32 lane = threadIdx.x % kWarpSize;
  double square = 0.0;
#pragma unroll 2
  for (u32 k = lane; k < p.depth; k += kWarpSize) {
    const double x = load_element(p.points.rows, p.type, row * p.points.stride + k);
    square = fma(x, x, square);
  }
  square = warp_sum(square);
  if (lane == 0) {
    const Normalized n = normalized(square, p.leastNorm);
    double* to = p.factors + row * 5;
    to[0] = n.norm;
    to[1] = n.scale * p.points.units[row];
    to[2] = p.linear;
    to[3] = p.kernel;
    to[4] = p.rate;
  }
}

// Blocks: x along the tiles of points, y along the dimension. A thread has a column.
__device__ __forceinline__ void linear(const LinearParams& p) {
  GRAMIAN_SHARED(double, shares, kGemmRows);
  const u32 tile = blockIdx.x * kGemmRows;
  const u32 points = min(p.count - tile, kGemmRows);
  if (threadIdx.x < points) {
    const u32 point = tile + threadIdx.x;
    shares[threadIdx.x] =
        cloud_weight(p.side, point) * (p.factors[point].y / p.points.units[point]);
  }
  __syncthreads();
  const u32 column = blockIdx.y * kGemmThreads + threadIdx.x;
  if (column >= p.depth) {
    return;
  }
  u32 row = 0;
#pragma unroll 1
  for (u32 cloud = tile / p.side.size; row < points; ++cloud) {
    const CloudRun run = cloud_run(p.side, cloud, tile, points);
    double sum = 0.0;
#pragma unroll 4
    for (; row < run.end; ++row) {
      sum = fma(shares[row],
                load_element(p.points.rows, p.type,
                             static_cast<i64>(tile + row) * p.points.stride + column),
                sum);
    }
    p.cells[(static_cast<i64>(cloud) * p.side.parts + run.part) * p.depth + column] =
        static_cast<float>(sum);
  }
}

// Tiles that a cloud lies in.
__device__ __forceinline__ u32 tiles_of(u32 cloud, u32 size) {
  const u32 first = cloud * size;
  return (first + size - 1) / kGemmRows - first / kGemmRows + 1;
}

// A thread has a pair of clouds.
__device__ __forceinline__ void add_cells(const CellsParams& p) {
  const i64 pair = static_cast<i64>(blockIdx.x) * kRowThreads + threadIdx.x;
  if (pair >= static_cast<i64>(p.anchorClouds) * p.tupleClouds) {
    return;
  }
  const u32 anchor = static_cast<u32>(pair / p.tupleClouds);
  const u32 tuple = static_cast<u32>(pair - static_cast<i64>(anchor) * p.tupleClouds);
  const u32 rows = tiles_of(anchor, p.anchorSize);
  const u32 columns = p.tupleSize == 1 ? 1 : tiles_of(tuple, p.tupleSize);
  double sum = 0.0;
#pragma unroll 1
  for (u32 r = 0; r < rows; ++r) {
    const float* cells =
        p.cells +
        ((static_cast<i64>(anchor) * p.anchorParts + r) * p.tupleClouds + tuple) * p.tupleParts;
#pragma unroll 1
    for (u32 c = 0; c < columns; ++c) {
      sum += cells[c];
    }
  }
  if (p.isFinite != 0) {
    sum += sum - sum;
  }
  store_element(p.to, p.type, anchor * p.stride + tuple, sum * p.factor, false);
}

// A warp has a point.
__device__ __forceinline__ void linear_gradient(const LinearGradientParams& p) {
  const i64 row = warp_row();
  if (row >= p.count) {
    return;
  }
  const u32 lane = threadIdx.x % kWarpSize;
  const u32 point = static_cast<u32>(row);
  const double scale = p.factors[row].y * p.factor;
  const double share = scale * cloud_weight(p.side, point);
  const i64 from = point / p.side.size * p.upstreamStride;
  double along = 0.0;
#pragma unroll 2
  for (u32 k = lane; k < p.depth; k += kWarpSize) {
    const double g = load_element(p.upstream, p.upstreamType, from + k);
    along = fma(g, load_element(p.points.rows, p.type, row * p.points.stride + k), along);
    if (p.gradient != nullptr) {
      p.gradient[row * p.gradientStride + k] = static_cast<float>(share * g);
    }
  }
  if (lane == 0 && p.gradient != nullptr && p.depth % 2 != 0) {
    // What is added to a row later has an even number of columns.
    p.gradient[row * p.gradientStride + p.depth] = 0.0f;
  }
  along = warp_sum(along) / p.points.units[row];
  if (lane == 0 && p.ofWeights != nullptr) {
    p.ofWeights[row] = static_cast<float>(scale * along);
  }
}

// A thread has a point.
__device__ __forceinline__ void weight_gradient(const WeightGradientParams& p) {
  const u32 point = blockIdx.x * kRowThreads + threadIdx.x;
  if (point >= p.count) {
    return;
  }
  double sum = 0.0;
#pragma unroll 1
  for (u32 s = 0; s < p.slices; ++s) {
    sum += p.parts[static_cast<i64>(s) * p.count + point];
  }
  const u32 cloud = point / p.size;
  write_gradient(p.out, cloud, point - cloud * p.size, sum);
}

}  // namespace gramian::pointcloud

GRAMIAN_KERNEL(pointcloud_copy, gramian::pointcloud::CopyParams, gramian::kRowThreads) {
  gramian::pointcloud::copy(p);
}

GRAMIAN_KERNEL(pointcloud_feature_factors, gramian::pointcloud::FeatureFactorsParams,
               gramian::kRowThreads) {
  gramian::pointcloud::feature_factors(p);
}

GRAMIAN_KERNEL(pointcloud_point_factors, gramian::pointcloud::PointFactorsParams,
               gramian::kRowThreads) {
  gramian::pointcloud::point_factors(p);
}

GRAMIAN_KERNEL(pointcloud_linear, gramian::pointcloud::LinearParams, gramian::kGemmThreads) {
  gramian::pointcloud::linear(p);
}

GRAMIAN_KERNEL(pointcloud_cells, gramian::pointcloud::CellsParams, gramian::kRowThreads) {
  gramian::pointcloud::add_cells(p);
}

GRAMIAN_KERNEL(pointcloud_linear_gradient, gramian::pointcloud::LinearGradientParams,
               gramian::kRowThreads) {
  gramian::pointcloud::linear_gradient(p);
}

GRAMIAN_KERNEL(pointcloud_weight_gradient, gramian::pointcloud::WeightGradientParams,
               gramian::kRowThreads) {
  gramian::pointcloud::weight_gradient(p);
}

GRAMIAN_KERNEL(pointcloud_temperature, gramian::pointcloud::TemperatureParams, 1) {
  *p.temperature = 1.0 / gramian::read_scalar(p.scale);
}

GRAMIAN_KERNEL(pointcloud_scale_gradient, gramian::pointcloud::ScaleGradientParams, 1) {
  gramian::write_gradient(p.out, 0, 0, -*p.temperature * *p.temperature * *p.ofTemperature);
}
