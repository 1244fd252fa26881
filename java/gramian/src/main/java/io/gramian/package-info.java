/** Devices, tensors, plans and errors. The ops are in {@link io.gramian.op}. */
package io.gramian;
