// Package ship holds the tests of what users install: images, packages, units,
// manifests. "make ship" builds what they look at.
package ship
