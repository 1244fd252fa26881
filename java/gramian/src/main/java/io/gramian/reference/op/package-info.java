/** One executor an op, and the table of them. */
package io.gramian.reference.op;
