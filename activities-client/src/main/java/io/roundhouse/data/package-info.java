/** Rows that models are trained on: where they are read from and how they are cut among sites. */
package io.roundhouse.data;
