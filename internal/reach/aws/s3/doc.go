// Package s3 knows which S3 buckets and access points answer somebody they do
// not know. Every bucket of a region stands behind the same front end, which
// always answers, so that only what is granted decides: bucket policies, access
// control lists and the public access blocks over both.
//
// It joins what is declared about a bucket by reference and by name. It
// refuses to guess what is inside a bucket: the access control lists of
// objects count only where the objects are declared.
package s3
