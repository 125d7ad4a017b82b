/** The activities of a site, and those of the server that need a training engine. */
package io.roundhouse.site;
