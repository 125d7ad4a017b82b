/** Training engines: what turns a global model and a site's rows into trained weights. */
package io.roundhouse.training;
