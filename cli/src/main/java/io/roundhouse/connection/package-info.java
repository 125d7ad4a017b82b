/** Where Temporal is, and how one gets through to it. */
package io.roundhouse.connection;
