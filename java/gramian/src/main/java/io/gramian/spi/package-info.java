/** What a backend implements. Programs that use Gramian need nothing of it. */
package io.gramian.spi;
