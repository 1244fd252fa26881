/** The driver and cuBLAS by jcuda: what others launch by. */
package io.gramian.bench.jcuda;
