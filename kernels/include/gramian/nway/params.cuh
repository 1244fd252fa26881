// What the kernels over index tuples of N modalities share: which rows, which part of all tuples,
// which score. Modality 0 is the anchor. The last modality is the innermost axis of every tensor of
// scores; the others are the outer ones. README.md beside says how the kernels play together.
#pragma once

#include "gramian/device/params.cuh"

namespace gramian::nway {

constexpr u32 kMostModalities = 5;
constexpr u32 kMostOuter = kMostModalities - 1;
constexpr u32 kMostPairs = kMostModalities * (kMostModalities - 1) / 2;

// The rows of all modalities as the caller gives them.
struct Rows {
  const void* data[kMostModalities];
  i64 stride[kMostModalities];  // elements from row to row
  u32 count[kMostModalities];
  u32 modalities;
  u32 d;
  bool32 normalize;
};

// What is known of each row: the factor that the rows are multiplied by, 1 or 1 / max(|x|, floor),
// and the squared length of the product.
struct Lengths {
  double* inverse[kMostModalities];
  double* squared[kMostModalities];
};

// Inner products of every row of modality l with every row of modality m, of the rows times
// Lengths::inverse: `high` rounded to float, and `low` what that left. Modality l is the row of a
// table, m the column, l < m; a table row has pitch[m] elements, a multiple of 4.
struct Tables {
  float* high[kMostPairs];
  float* low[kMostPairs];
  u32 pitch[kMostModalities];
};

// Part of all index tuples: rows first .. first + count of each modality.
struct Box {
  u32 first[kMostModalities];
  u32 count[kMostModalities];
};

// What scores are made from.
struct Source {
  Tables tables;
  Lengths lengths;
  Box box;
  double minimum;  // the least score that a gradient is divided by
};

}  // namespace gramian::nway
