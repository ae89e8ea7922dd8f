# METADATA
# title: Symfony profiler
# description: >-
#   Anyone can read requests of others, with their sessions, and the configuration.
# related_resources:
#   - ref: https://symfony.com/doc/current/profiler.html
# custom:
#   severity: high
#   fix: Run with APP_ENV set to prod, where the profiler is off.
#   evidence: [symfony-profiler]
package dynamicscan.hostrules.symfony_profiler

found contains "showed the Symfony profiler" if input.evidence["symfony-profiler"].recognised
