/**
 * Programs in any language that train and evaluate: their folders, processes, limits and answers.
 */
package io.roundhouse.program;
