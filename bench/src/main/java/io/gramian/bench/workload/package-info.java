/**
 * What is measured, a file per op or family of ops: its sizes, its inputs, the count of its work,
 * and the expressions that users of PyTorch write for the same. Nothing else of the bench names an
 * op, so a new one needs its file here and no other.
 */
package io.gramian.bench.workload;
