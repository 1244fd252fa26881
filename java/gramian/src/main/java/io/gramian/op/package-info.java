/** The ops: immutable records of parameters that know their tensors. */
package io.gramian.op;
