"""What the theme extension costs a storefront, by Lighthouse."""
