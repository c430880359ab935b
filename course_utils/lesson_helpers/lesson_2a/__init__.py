"""Helpers of lesson 2a: counting models of text, and figures."""
