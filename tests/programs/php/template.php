<html>
<?php $n = 3; ?>
<b><?= $n ?></b>
</html>
