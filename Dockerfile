# runcell as a container: `docker run -v runcell:/data -p 127.0.0.1:8080:8080 runcell`. Build it in a folder with this file and the
# program, from any Debian with glibc 2.36 or newer, and nothing is fetched that the base does not have:
#
#   cargo build --release && mkdir image && cp Dockerfile target/release/runcell image/
#   docker build --build-arg BASE=debian:bookworm-slim -t runcell image
ARG BASE=debian:bookworm-slim
FROM ${BASE}
COPY runcell /usr/local/bin/runcell
RUN chmod 755 /usr/local/bin/runcell \
 && groupadd --gid 10001 runcell \
 && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin runcell \
 && install -d -o 10001 -g 10001 -m 700 /data
# The container's own network is this server's alone: what is published, and where, is the operator's choice. With a certificate
# (RUNCELL_SERVER__TLS__CERTIFICATE and ..__KEY) it speaks TLS.
ENV RUNCELL_SERVER__LISTEN=0.0.0.0:8080 \
    RUNCELL_SERVER__INSECURE_HTTP=true \
    RUNCELL_DATA_DIR=/data \
    RUNCELL_CACHE_DIR=/data/cache
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# Healthy is what /health answers with 200. With TLS or another port, take another check: `docker run --health-cmd ...`.
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["runcell"]
CMD ["serve"]
