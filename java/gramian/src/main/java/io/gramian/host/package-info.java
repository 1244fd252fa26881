/** What the backends that compute in the Java process share. */
package io.gramian.host;
