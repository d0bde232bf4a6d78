# The image is one static binary and the licences of what is in it: no shell, no
# packages, no files to patch. Root certificates and time zones are compiled in.
#
#   docker build -t thulium_exporter .
#   make image   # the same, with version, revision, branch and date
#
# A release pins the compiler: --build-arg GO_IMAGE=golang:1.26.8@sha256:...
ARG GO_IMAGE=golang:1.26

# The compiler runs on the machine that builds, and builds for the other one.
FROM --platform=$BUILDPLATFORM ${GO_IMAGE} AS build
# As in the Makefile, so that everything is compiled once.
ENV CGO_ENABLED=0 GOFLAGS=-trimpath
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG TARGETOS
ARG TARGETARCH
ARG VERSION=unknown
ARG REVISION=unknown
ARG BRANCH=unknown
ARG DATE=unknown
RUN GOOS=$TARGETOS GOARCH=$TARGETARCH make build
RUN go run ./test/packaging/modules notices thulium_exporter >THIRD_PARTY_NOTICES
RUN mkdir /state

FROM scratch
ARG VERSION=unknown
ARG REVISION=unknown
ARG DATE=unknown
LABEL org.opencontainers.image.title="thulium_exporter" \
      org.opencontainers.image.description="Prometheus exporter for outbound campaigns of the Thulium contact centre" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$DATE"
COPY --from=build /src/thulium_exporter /thulium_exporter
COPY --from=build /src/LICENSE /src/THIRD_PARTY_NOTICES /licenses/
# A volume that is mounted here belongs to the user of the image, for --state.file.
COPY --from=build /state /var/lib
COPY --from=build --chown=65532:65532 /state /var/lib/thulium_exporter
# A number, so that Kubernetes can see that it is not root.
USER 65532:65532
EXPOSE 10069
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s --retries=3 CMD ["/thulium_exporter", "health"]
ENTRYPOINT ["/thulium_exporter"]
