<?php
interface I { function m(); }
class C implements I {}
