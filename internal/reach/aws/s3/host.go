package s3

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// region is where the bucket is, empty when the input does not tell.
func (b *bucket) region() string {
	if b.self != nil {
		for _, attribute := range []string{"bucket_region", "region"} {
			if s, ok := tfstate.String(b.self.Attr(attribute)); ok && s != "" {
				return s
			}
		}
		return ""
	}
	// Since version 6 of the provider every resource carries its region.
	s, _ := tfstate.String(b.owner.Attr("region"))
	return s
}

// partition is the part of AWS the bucket is in: "aws", "aws-cn" ...
func (b *bucket) partition() string {
	if b.self != nil {
		if arn, ok := tfstate.String(b.self.Attr("arn")); ok {
			if parts := strings.SplitN(arn, ":", 3); len(parts) == 3 && parts[1] != "" {
				return parts[1]
			}
		}
	}
	switch region := b.region(); {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// arn is the ARN of the bucket, empty when its name is not known.
func (b *bucket) arn() string {
	if b.name == "" {
		return ""
	}
	return "arn:" + b.partition() + ":s3:::" + b.name
}

// suffix is the domain of the region's endpoints, empty when there is no
// telling: the isolated partitions have domains of their own.
func (b *bucket) suffix() string {
	region := b.region()
	switch {
	case region == "", strings.HasPrefix(region, "us-iso"), strings.HasPrefix(region, "eu-iso"), strings.HasPrefix(region, "eusc-"):
		return ""
	case b.partition() == "aws-cn":
		return region + ".amazonaws.com.cn"
	}
	return region + ".amazonaws.com"
}

// host is the regional name of the bucket, empty when it is not known. The
// name without a region is used only where the input states it: the same
// bucket name in another partition is somebody else's.
func (b *bucket) host() string {
	if b.self != nil {
		if s, ok := tfstate.String(b.self.Attr("bucket_regional_domain_name")); ok && s != "" {
			return s
		}
	}
	if b.name != "" && b.suffix() != "" {
		return b.name + ".s3." + b.suffix()
	}
	if b.self != nil {
		if s, ok := tfstate.String(b.self.Attr("bucket_domain_name")); ok {
			return s
		}
	}
	return ""
}

// dualstackHost is the name of the bucket that answers over IPv6 too.
func (b *bucket) dualstackHost() string {
	if b.name == "" || b.suffix() == "" {
		return ""
	}
	return b.name + ".s3.dualstack." + b.suffix()
}

// dashed are the regions whose website endpoints are joined by a dash; all
// later ones use a dot.
var dashed = []string{
	"us-east-1", "us-west-1", "us-west-2", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1",
	"eu-west-1", "sa-east-1", "us-gov-west-1",
}

// websiteHost is the name of the website endpoint, empty when it is not known.
func (b *bucket) websiteHost() string {
	for _, p := range b.parts["aws_s3_bucket_website_configuration"] {
		if s, ok := tfstate.String(p.resource.Attr("website_endpoint")); ok && s != "" && p.certain {
			return s
		}
	}
	if b.self != nil {
		if s, ok := tfstate.String(b.self.Attr("website_endpoint")); ok && s != "" {
			return s
		}
	}
	if b.name == "" || b.suffix() == "" {
		return ""
	}
	if slices.Contains(dashed, b.region()) {
		return b.name + ".s3-website-" + b.suffix()
	}
	return b.name + ".s3-website." + b.suffix()
}
