// Package packaging holds the tests of what users install: images, packages, units,
// manifests. "make packaging" builds what they look at.
package packaging
