/** One class an op, and the table of them. No other room knows an op. */
package io.gramian.cuda.op;
